/** The thread that reads texts as networks. Nothing of them is executed; still it can be ended at any moment. */
import { answerQuestions, answerTo } from './answering.ts';

await answerQuestions(answerTo);
