import type { IssueCode } from './issues.zh.ts'

/** What is wrong with a row and how to mend it, English; parameters as in the Chinese list. */
export const ISSUES_EN: Record<IssueCode, string> = {
  geometry_null: 'No shape (null shape). Draw the parcel in the survey program, or leave it out.',
  geometry_missing: 'Attributes without a shape. Check that .shp and .dbf belong together.',
  geometry_empty: 'The shape holds no points. Draw the parcel, or leave it out.',
  geometry_type_wrong: 'The shape is not a polygon. A parcel must be one: delete the record or redraw it.',
  geometry_too_complex: 'Too many points for a parcel. Check whether the right layer was chosen.',
  record_damaged: 'The shape of this record is damaged and cannot be read. Export it again.',
  record_truncated:
    'The file ends within this record; the shape is incomplete. Export or copy the file again.',
  coordinate_not_finite: 'A coordinate is not a number. Check the parcel in the survey program.',
  coordinate_out_of_range:
    'Coordinates are too large to lie on the ground. Check the parcel in the survey program.',
  coordinate_unreadable: 'The coordinate “{value}” cannot be read. Write a plain number such as 4228100.000.',
  line_unreadable: 'Line {line}, “{value}”, is no point. Write two numbers such as 36454500.000,4228100.000.',
  ring_unclosed:
    'The boundary was not closed; its first point was added at the end. Check the boundary there.',
  ring_too_few_points: 'A ring with fewer than three points was dropped. Check the shape.',
  record_length_wrong: 'The record states a wrong length; it was read by its content.',
  ring_roles_guessed:
    'Outer rings and holes are not marked as they should be; they were told by position. Check on the map.',
  plot_not_polygon: 'The plot is a point or a line, not a polygon, and cannot be imported.',
  point_count_mismatch: 'The stated number of points differs from the points there are; those were read.',
  geometry_repaired:
    'The boundary crosses itself ({reason}) and was repaired: area from {before} to {after}, a difference of {difference}. The original is kept; check on the map.',
  geometry_collapsed: 'The shape is invalid ({reason}) and nothing was left after repair. Redraw the parcel.',
  geometry_unplaceable:
    'The coordinates cannot be placed on the map. Check the coordinate system, or the coordinates of this parcel.',
  attributes_missing: 'A shape without attributes. It will go in as “to be completed”.',
  number_overflow:
    '“{column}” shows {value}: the number did not fit its column and was not used. Look it up and add it.',
  number_malformed: '“{column}” holds “{value}”, which is no number and was not used. Enter a number.',
  date_malformed:
    '“{column}” holds “{value}”, which is no valid date and was not used. Enter a date such as 2022-09-07.',
  logical_malformed: '“{column}” holds “{value}”, neither yes nor no; it was not used.',
  text_malformed:
    '“{column}” holds unreadable characters; perhaps the encoding is wrong. Check the encoding.',
  value_not_number: '“{column}” holds “{value}”, which is no number; “{target}” stays empty. Enter a number.',
  value_negative: '“{column}” holds “{value}”, which is negative; “{target}” stays empty. Please check.',
  value_too_large:
    '“{column}” holds “{value}”, which is too large; “{target}” stays empty. Check number and unit.',
  value_not_date:
    '“{column}” holds “{value}”, which is no date; “{target}” stays empty. Enter a date such as 2022-09-07.',
  date_partial:
    '“{column}” holds “{value}” without a day; “{target}” takes the first day. Correct it if the day is known.',
  date_out_of_range: '“{column}” holds “{value}”, an unlikely year; “{target}” stays empty. Please check.',
  value_not_boolean:
    '“{column}” holds “{value}”, neither yes nor no; “{target}” stays empty. Enter 是 or 否.',
  year_out_of_range: '“{column}” holds “{value}”, an unlikely year; “{target}” stays empty. Please check.',
  code_unknown:
    '“{column}” holds “{value}”, which is not in the list of “{target}”; it stays empty, the text is kept. Use one of: {options}.',
  cause_not_of_ledger:
    '“{column}” holds “{value}”, no cause of this ledger; it stays empty, the text goes to the cause in words. Use one of: {options}.',
  measure_not_of_ledger:
    '“{column}” holds “{value}”, no measure of this ledger; it stays empty, the text is kept. Use one of: {options}.',
  town_unknown: '“{column}” holds “{value}”, no town or park of this county; it stays empty. Please check.',
  text_cut:
    'The text of “{column}” is too long; “{target}” holds its beginning, the whole is kept with the parcel.',
  ledger_unknown: '“{column}” holds “{value}”, neither ledger; the row goes to “{taken}”.',
  document_area_taken:
    '{count} rows have no document area; it was taken from “{column}”. Where the document says otherwise, map its column or correct it on the parcel card.',
  table_differs: '“{column}” differs from the ledger table; the survey’s value is used.',
  join_ambiguous:
    'Several rows of the ledger table carry “{value}”; none of them was used. Remove the duplicates.',
  join_unmatched:
    'The ledger table has no row “{value}”; the parcel has survey attributes only. Check the number or add the row.',
  duplicate_geometry: 'The same shape as row {otherRow}. Delete one of them, or leave this one out.',
  duplicate_parcel_no: 'Ledger no. “{value}” also stands in row {otherRow}. Correct one of them.',
  duplicate_supervision_no: 'Supervision no. “{value}” also stands in row {otherRow}. Check the contracts.',
  parcel_no_taken: 'Ledger no. “{value}” belongs to another parcel, {other}. Check the number.',
  supervision_no_taken: 'Supervision no. “{value}” belongs to another parcel, {other}. Check the contract.',
  matched_twice: 'The same existing parcel {other} as row {otherRow}. Keep one of the rows.',
  overlap_same_ground:
    'Practically the same ground as row {otherRow}: {area} shared, {percent}% of the smaller. Delete one of them.',
  overlap: 'Overlaps row {otherRow} by {area}, {percent}% of the smaller. Check both boundaries.',
  overlap_sliver: 'A tiny overlap with row {otherRow}, {area}, within tolerance; nothing to do.',
  overlap_other_ledger:
    'Overlaps a parcel of the other ledger ({other}) by {area}, {percent}% of the smaller. Normal for land supplied and later idle.',
  overlap_same_ground_parcel:
    'Practically the same ground as {other}: {area} shared, {percent}% of the smaller. If it is the same parcel, give it the same ledger no. and import again.',
  overlap_parcel: 'Overlaps {other} by {area}, {percent}% of the smaller. Check both boundaries.',
  overlap_sliver_parcel: 'A tiny overlap with {other}, {area}, within tolerance; nothing to do.',
  overlap_closed_parcel:
    'Overlaps {other}, which is closed, by {area}, {percent}% of the smaller. Check whether the same ground enters the ledger again.',
  overlap_removed_parcel:
    'The same ground as {other}, which was removed as entered by mistake ({area} shared). Check whether it is to come in again.',
  sliver:
    'Very small or thin: {area}, about {widthM} m wide; perhaps a remnant of digitising. Check on the map.',
  sliver_part: 'One part is a scrap: {area}, about {widthM} m wide; perhaps a remnant of digitising.',
  area_differs:
    'Document area {document}, shape area {plane}: {gap}. The document counts; check it or state the reason.',
  area_unit_suspected:
    'Document area {document}, shape area {plane}: {gap}, the factor between two units (m², mu, ha). Check the unit of this row.',
  area_differs_slightly: 'Document area {document}, shape area {plane}: {gap}, less than 1%; nothing to do.',
  maybe_outside_county: 'Perhaps outside the county. The outline is a sketch; this does not stop the import.',
  missing_required:
    'Missing: {fields}. It goes in as “to be completed”; complete it on the parcel card later.',
  dbf_missing: 'No usable attribute table (.dbf), shapes only. Upload the .dbf of the same name too.',
  dbf_more_records: '{records} attribute records but {shapes} shapes; the records beyond have no shape.',
  dbf_fewer_records: '{shapes} shapes but {records} attribute records; the shapes beyond have no attributes.',
  dbf_deleted_records: '{count} records are marked as deleted in the attribute table and were not read.',
  dbf_truncated:
    'The attribute table is incomplete: {declared} records stated, {available} there. Export it again.',
  dbf_header_repaired: 'The header of the attribute table is wrong; it was read by its field definitions.',
  dbf_field_unsupported: 'Field “{field}” is of a type ({type}) that is not supported and was not read.',
  dbf_field_renamed: 'Field “{from}” exists twice and is called “{to}”.',
  shx_missing: 'The .shx index is missing; the .shp was read directly.',
  shx_unusable: 'The .shx index is unusable; the .shp was read directly.',
  shp_truncated: 'The .shp is incomplete; shapes at its end cannot be read. Export or copy it again.',
  shp_length_wrong: 'The .shp states a wrong length; it was read by its content.',
  z_dropped: 'Shapes carry heights (Z); a parcel keeps its plane position only.',
  m_dropped: 'Shapes carry measures (M); a parcel keeps its plane position only.',
  plots_skipped: '{count} plots are points or lines and were skipped.',
  header_block_missing:
    'The boundary file has no [属性描述]; the coordinate system was told from the values.',
  features_skipped: '{count} features are not polygons and were skipped.',
  position_uncalibrated:
    'No datum parameters for {nameEn} ({nameZh}): it goes in as “position not calibrated”, perhaps tens of metres off, and is left out of overlap checks. Import it again once there are parameters.',
  choice_ignored:
    'The {what} asked for with the upload, “{value}”, means nothing here; {instead}. Accepted: {accepted}. Choose again if the result is wrong.',
  table_xls: 'The ledger table “{file}” is an old .xls. Save it as .xlsx and upload it again.',
  table_too_large:
    'The ledger table “{file}” is too large (limit {limitMb} MB) and was not read. Remove sheets that are not needed.',
  table_too_many_cells:
    'The ledger table “{file}” spreads over too many rows and columns (limit {limit} cells) and was not read. Delete the rows and columns outside the data.',
  table_unreadable:
    'The ledger table “{file}” cannot be read; it may be damaged or encrypted. Save it as .xlsx again.',
  table_encrypted:
    'The ledger table “{file}” is encrypted. Decrypt it or remove its password and upload it again.',
  table_no_header:
    'No row of column names was found in the ledger table “{file}”; it was not used. Check its header.',
  table_unsupported: 'The format of the ledger table “{file}” is not supported. Save it as .xlsx or .csv.',
}
