/**
 * The coordinate systems an installation can meet: WGS 84 and Web Mercator, the CGCS2000, Xian 1980, Beijing 1954 and
 * New Beijing families with all their Gauss-Kruger zones, and the UTM zones that cover China. The 8,000 others only
 * make the embedded cluster larger.
 */
const KEPT_SRID_RANGES: ReadonlyArray<readonly [number, number]> = [
  [2327, 2442], // Xian 1980 and Beijing 1954, 3-degree zones, with and without zone prefix
  [3395, 3395], // World Mercator
  [3857, 3857],
  [4214, 4214], // Beijing 1954, degrees
  [4326, 4326],
  [4479, 4480], // CGCS2000 geocentric and 3D
  [4490, 4554], // CGCS2000, degrees and every Gauss-Kruger zone
  [4555, 4555], // New Beijing, degrees
  [4568, 4589], // New Beijing, 6-degree zones
  [4610, 4610], // Xian 1980, degrees
  [4652, 4800], // New Beijing, 3-degree zones
  [21413, 21483], // Beijing 1954, 6-degree zones
  [32643, 32653], // WGS 84 / UTM
]

const kept = KEPT_SRID_RANGES.map(([from, to]) => `srid BETWEEN ${from} AND ${to}`).join(' OR ')

export const TRIM_SPATIAL_REFERENCES = `DELETE FROM spatial_ref_sys WHERE NOT (${kept})`
