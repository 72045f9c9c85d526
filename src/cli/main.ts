#!/usr/bin/env node
import { digestBy } from '../net/digest.ts';
import { terminalIo } from './io.ts';
import { lvsform, optionsIn } from './lvsform.ts';
import { platformSha256 } from './platform-digest.ts';

digestBy(platformSha256);
const argv = process.argv.slice(2);
const io = terminalIo({ colour: !optionsIn(argv).includes('--no-color') });
process.exitCode = await io.end(await lvsform(argv, io));
