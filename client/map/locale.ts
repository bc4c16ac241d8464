/** What MapLibre itself says on the page, in the language of the screen. */
export interface MapWords {
  title: string
  metres: string
  kilometres: string
}

/** MapLibre knows its texts by these keys; those of controls no map here has stay as they are. */
export const localeOf = ({ title, metres, kilometres }: MapWords): Record<string, string> => ({
  'Map.Title': title,
  'ScaleControl.Meters': metres,
  'ScaleControl.Kilometers': kilometres,
})
