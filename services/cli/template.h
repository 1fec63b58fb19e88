// A programme file: read, checked, compiled. Every fault is named with file, line and column (PR-01).
#pragma once
#include "proto/programme.pb-c.h"
#include "services/cli/cli.h"
#include "services/cli/dialect.h"
#include "services/cli/faults.h"

// From the bytes of a file. NULL with faults added. A file with `extends` is checked for its own text only:
// what it inherits stands in another file. *ret_root (may be NULL) is its tree, for the places of later
// faults.
Prg__Programme *template_compile(const char *data, size_t length, struct faults *faults,
                                 const struct dialect_node **ret_root);
// What a file with `extends` stands for, by the rules of registryd; NULL with faults added at their places in
// the child's file.
Prg__Programme *template_resolve(const Prg__Programme *parent, const Prg__Programme *child,
                                 const struct dialect_node *root, struct faults *faults);

// Codes of subject_in against the table of the tool, for files that no registry judges: a registry has its
// own table, once it is loaded.
void template_check_subjects(const struct dialect_node *root, struct faults *faults);

int template_check_run(struct cli *cli);   // jiedui programme check FILE... [--parent FILE]...
int template_publish_run(struct cli *cli); // jiedui programme publish FILE
