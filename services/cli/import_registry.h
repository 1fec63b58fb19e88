// Imports into registryd: divisions, institutions, persons, partnerships of an agreement.
#pragma once
#include "services/cli/cli.h"

int import_registry_divisions(struct cli *cli);
int import_registry_codes(struct cli *cli);
int import_registry_institutions(struct cli *cli);
int import_registry_persons(struct cli *cli);
int import_registry_partnerships(struct cli *cli);
