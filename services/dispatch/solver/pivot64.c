#include "services/dispatch/solver/tree.h"

#define NODE   struct df_node64
#define FLOW   int64_t
#define NODES  node
#define PIVOT  df_pivot64
#define REHANG df_rehang64

#include "services/dispatch/solver/pivot_template.h"
