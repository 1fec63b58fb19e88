// Listings as of a day. A record that is found by an index of the present rows or of the past ones is looked
// at in the state it had on that day, and counts if that state is found by the index too: a school that left
// a partnership last week was a member of it a year ago, and one that joined last week was not.
#include "common/directory/directory.h"
#include "common/directory/view.h"
#include <errno.h>
#include <string.h>

// What precedes is the text of a key; behind all states of it, and before any longer text: ids have no
// control characters.
#define BEHIND_STATES "\x01"

struct selection {
  const struct dir_view *view;
  enum schema_table table;
  const struct table_query *query;
  struct table_rows present, past; // of this step
  struct key *keys;                // for the index of a past state
  struct directory_page *page;
};

// The first field of every record in the directory is its id or code.
static const char *id_of(const ProtobufCMessage *row)
{
  const ProtobufCFieldDescriptor *field = &row->descriptor->fields[0];
  return *(char *const *)((const uint8_t *)row + field->offset);
}

static table_index_keys *keys_of(const struct table_def *def, const char *index)
{
  for (int i = 0; i < TABLE_MAX_INDEXES && def->indexes[i].name; i++)
    if (strcmp(def->indexes[i].name, index) == 0) return def->indexes[i].keys;
  return NULL;
}

// Whether the index of the question finds this state.
static bool is_found(const struct selection *s, const ProtobufCMessage *row)
{
  struct key key;
  if (!s->query->prefix) return true;
  if (!s->query->index) {
    key_init(&key);
    schema_tables[s->table].key(row, &key);
    return key_begins(&key, s->query->prefix);
  }
  for (size_t i = 0; i < TABLE_MAX_KEYS; i++)
    key_init(&s->keys[i]);
  size_t n = keys_of(&schema_tables[s->table], s->query->index)(row, s->keys);
  for (size_t i = 0; i < n; i++)
    if (key_begins(&s->keys[i], s->query->prefix)) return true;
  return false;
}

static const char *since_of(const struct selection *s, const ProtobufCMessage *row)
{
  return *(char *const *)((const uint8_t *)row + s->view->directory->since_at[s->table]);
}

// Whether the last of the former states that the index found was the one of the day: mostly it was, and need
// not be read again.
static int is_state_of_day(const struct selection *s, const ProtobufCMessage *found, const struct key *id,
                           bool *ret)
{
  struct key last, state;
  key_init(&state);
  history_key(found, &state);
  int r = history_find(s->view, s->table, id, &last);
  *ret = key_equal(&last, &state);
  return r;
}

// `found`: the last of its former states that the index found and that had begun by then, or NULL; `later`:
// the present state is known to have begun after it.
static int add_past(struct selection *s, const ProtobufCMessage *state, const ProtobufCMessage *found,
                    bool later)
{
  ProtobufCMessage *row = NULL;
  struct key key;
  bool same = false;
  key_init(&key);
  schema_tables[s->table].key(state, &key);
  int r = found && later ? is_state_of_day(s, found, &key, &same) : 0;
  if (r < 0) return r;
  if (same) {
    s->page->rows[s->page->n++] = (ProtobufCMessage *)found;
    return 0;
  }
  r = history_get(s->view, s->table, &key, &row);
  if (r == 0 && row && is_found(s, row)) s->page->rows[s->page->n++] = row;
  return r;
}

// One id after the other in both lists, up to the border behind which one of them is not known yet.
static int merge(struct selection *s, const char *border)
{
  size_t i = 0, k = 0;
  int r = 0;
  while (r == 0 && (i < s->present.n || k < s->past.n)) {
    const ProtobufCMessage *now = i < s->present.n ? s->present.rows[i] : NULL;
    const ProtobufCMessage *then = k < s->past.n ? s->past.rows[k] : NULL;
    int order = !now ? 1 : !then ? -1 : strcmp(id_of(now), id_of(then));
    const char *id = id_of(order <= 0 ? now : then);
    if (border && strcmp(id, border) > 0) break;
    if (order <= 0) i++;
    const ProtobufCMessage *found = NULL;
    for (; order >= 0 && k < s->past.n && strcmp(id_of(s->past.rows[k]), id) == 0; k++)
      if (strcmp(since_of(s, s->past.rows[k]), s->view->as_of) <= 0) found = s->past.rows[k];
    if (order <= 0 && strcmp(since_of(s, now), s->view->as_of) <= 0)
      s->page->rows[s->page->n++] = (ProtobufCMessage *)now;
    else if (order >= 0)
      r = add_past(s, then, found, order == 0);
    s->page->last = id;
  }
  return r;
}

static int read_past(struct selection *s)
{
  struct table_query query = *s->query;
  const char *after = query.after ? query.after : "";
  query.after = after[0] ? arena_printf(s->view->arena, "%s" BEHIND_STATES, after) : "";
  if (!query.after) return -ENOMEM;
  return table_select_with(s->view->txn, s->view->directory->history[s->table], &query, s->view->way,
                           s->view->arena, &s->past);
}

static int select_as_of(struct selection *s)
{
  const struct dir_view *view = s->view;
  int r = table_select_with(view->txn, view->directory->tables[s->table], s->query, view->way, view->arena,
                            &s->present);
  if (r == 0) r = read_past(s);
  if (r < 0) return r;
  const char *border = s->present.more ? id_of(s->present.rows[s->present.n - 1]) : NULL;
  const char *other = s->past.more ? id_of(s->past.rows[s->past.n - 1]) : NULL;
  if (!border || (other && strcmp(other, border) < 0)) border = other;
  s->page->rows = ARENA_ARRAY(view->arena, ProtobufCMessage *, s->present.n + s->past.n + 1);
  s->keys = ARENA_ARRAY(view->arena, struct key, TABLE_MAX_KEYS);
  if (!s->page->rows || !s->keys) return -ENOMEM;
  s->page->more = border != NULL;
  return merge(s, border);
}

static int select_now(struct selection *s)
{
  const struct dir_view *view = s->view;
  int r = table_select_with(view->txn, view->directory->tables[s->table], s->query, view->way, view->arena,
                            &s->present);
  if (r < 0) return r;
  s->page->rows = s->present.rows;
  s->page->n = s->present.n;
  s->page->more = s->present.more;
  s->page->last = s->present.n ? id_of(s->present.rows[s->present.n - 1]) : s->query->after;
  return 0;
}

int directory_page_of(const struct dir_view *view, enum schema_table table, const struct table_query *query,
                      struct directory_page *ret)
{
  *ret = (struct directory_page){.last = query->after};
  struct selection s = {.view = view, .table = table, .query = query, .page = ret};
  return view->as_of[0] && view->directory->history[table] ? select_as_of(&s) : select_now(&s);
}

int directory_select(const struct dir_view *view, const char *table, const struct table_query *query,
                     struct directory_page *ret)
{
  for (int i = 0; i < SCHEMA_TABLES; i++)
    if (strcmp(schema_tables[i].name, table) == 0)
      return directory_page_of(view, (enum schema_table)i, query, ret);
  return -EINVAL;
}
