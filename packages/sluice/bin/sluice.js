#!/usr/bin/env node
// npm links programs when it installs, before the first build: what it links must be there then.
import "../dist/bin.js";
