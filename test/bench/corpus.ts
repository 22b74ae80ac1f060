/**
 * The interpreter against PyTorch's verdicts on two hundred programs as language models write them: agreement on
 * whether a network can be trained, numbers of parameters, lines of the reasons, and kinds of reasons counted.
 *
 * Run: node test/bench/corpus.ts     prints one JSON document
 */
import { loadInterpreter } from '../../main/interpreter.ts';
import { compareCorpus } from '../core/network/corpus.ts';

console.log(JSON.stringify(compareCorpus(await loadInterpreter()), null, 1));
