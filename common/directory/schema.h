// The tables of the directory: their keys and indexes. Used inside this folder only.
#pragma once
#include "common/store/table.h"

enum schema_table {
  SCHEMA_DIVISION,
  SCHEMA_INSTITUTION,
  SCHEMA_PERSON,
  SCHEMA_PROGRAMME,
  SCHEMA_AGREEMENT,
  SCHEMA_PARTNERSHIP,
  SCHEMA_PERSON_ACCESS,
  SCHEMA_BODY,
  SCHEMA_ISSUE,
  SCHEMA_REVIEW,
  SCHEMA_INDICATOR_VALUE,
  SCHEMA_TARGET,
  SCHEMA_CODE,
  SCHEMA_TABLES
};
extern const struct table_def schema_tables[SCHEMA_TABLES];

// The first field of the index by_due: which transition the clock owes the agreement.
enum schema_due { SCHEMA_DUE_EFFECTIVE = 1, SCHEMA_DUE_AMENDED, SCHEMA_DUE_EXPIRED };
// The day on which the clock owes it this transition; "" = it does not.
const char *schema_due_day(const ProtobufCMessage *agreement, enum schema_due due);
// The day on which something of a live partnership ends: a waiver, a member's time, the term of a merger; ""
// = none.
const char *schema_partnership_due(const ProtobufCMessage *partnership);
