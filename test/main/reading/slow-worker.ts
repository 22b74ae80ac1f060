/** The reading thread with faults planted: texts that it never ends reading, and texts that it dies of. */
import { answerQuestions, answerTo } from '../../../main/reading/answering.ts';

await answerQuestions((task) => {
  const text = task.ask === 'file' ? task.path : task.text;
  if (text.includes('never ends')) for (;;);
  if (text.includes('dies')) process.exit(3);
  return answerTo(task);
});
