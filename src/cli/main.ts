#!/usr/bin/env node
import { terminalIo } from './io.ts';
import { lvsform, optionsIn } from './lvsform.ts';

const argv = process.argv.slice(2);
const io = terminalIo({ colour: !optionsIn(argv).includes('--no-color') });
process.exitCode = await io.end(await lvsform(argv, io));
