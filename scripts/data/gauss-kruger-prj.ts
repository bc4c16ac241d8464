/** ESRI .prj text of a CGCS2000 3-degree zone, with the zone number in front of eastings or without. */
export function gaussKrugerPrj(zone: number, hasZonePrefix = true): string {
  const meridian = zone * 3
  const name = hasZonePrefix ? `Zone_${zone}` : `CM_${meridian}E`
  const falseEasting = hasZonePrefix ? `${zone}500000.0` : '500000.0'
  return (
    `PROJCS["CGCS2000_3_Degree_GK_${name}",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",` +
    'DATUM["D_China_2000",SPHEROID["CGCS2000",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],' +
    'UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],' +
    `PARAMETER["False_Easting",${falseEasting}],PARAMETER["False_Northing",0.0],` +
    `PARAMETER["Central_Meridian",${meridian}.0],PARAMETER["Scale_Factor",1.0],` +
    'PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
  )
}
