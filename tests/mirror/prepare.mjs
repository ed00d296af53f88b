// Builds the command and the fixtures of the mirror's tests. The Worker is built by "./build.sh worker".

import { prepare } from "./targets.mjs"

prepare()
