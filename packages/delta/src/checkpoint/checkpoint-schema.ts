import {
  array,
  BOOLEAN,
  type DataType,
  field,
  INTEGER,
  LONG,
  map,
  STRING,
  type StructType,
  struct,
} from "@sluice/query";

const texts: DataType = map(STRING, STRING);

const deletionVector: StructType = struct([
  field("storageType", STRING),
  field("pathOrInlineDv", STRING),
  field("offset", INTEGER),
  field("sizeInBytes", INTEGER),
  field("cardinality", LONG),
]);

/** The columns of a classic checkpoint. Each row has one of them that is not NULL. */
export const CHECKPOINT_SCHEMA: StructType = struct([
  field("txn", struct([field("appId", STRING), field("version", LONG), field("lastUpdated", LONG)])),
  field(
    "add",
    struct([
      field("path", STRING),
      field("partitionValues", texts),
      field("size", LONG),
      field("modificationTime", LONG),
      field("dataChange", BOOLEAN),
      field("tags", texts),
      field("deletionVector", deletionVector),
      field("baseRowId", LONG),
      field("defaultRowCommitVersion", LONG),
      field("clusteringProvider", STRING),
      field("stats", STRING),
    ]),
  ),
  field(
    "remove",
    struct([
      field("path", STRING),
      field("deletionTimestamp", LONG),
      field("dataChange", BOOLEAN),
      field("extendedFileMetadata", BOOLEAN),
      field("partitionValues", texts),
      field("size", LONG),
      field("deletionVector", deletionVector),
      field("baseRowId", LONG),
      field("defaultRowCommitVersion", LONG),
    ]),
  ),
  field(
    "metaData",
    struct([
      field("id", STRING),
      field("name", STRING),
      field("description", STRING),
      field("format", struct([field("provider", STRING), field("options", texts)])),
      field("schemaString", STRING),
      field("partitionColumns", array(STRING)),
      field("configuration", texts),
      field("createdTime", LONG),
    ]),
  ),
  field(
    "protocol",
    struct([
      field("minReaderVersion", INTEGER),
      field("minWriterVersion", INTEGER),
      field("readerFeatures", array(STRING)),
      field("writerFeatures", array(STRING)),
    ]),
  ),
  field("domainMetadata", struct([field("domain", STRING), field("configuration", STRING), field("removed", BOOLEAN)])),
]);
