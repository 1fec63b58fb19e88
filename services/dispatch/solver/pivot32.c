#include "services/dispatch/solver/tree.h"

#define NODE   struct df_node32
#define FLOW   int32_t
#define NODES  narrow
#define PIVOT  df_pivot32
#define REHANG df_rehang32

#include "services/dispatch/solver/pivot_template.h"
