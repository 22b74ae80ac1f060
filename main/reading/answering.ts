/** How the reading thread answers: each question in turn, whatever it asks for. */
import { failureOf } from '../../core/failure.ts';
import { loadCellInterpreter } from '../cell-interpreter.ts';
import { loadInterpreter, parseArguments, readerOfProcess, readNetworkFile } from '../interpreter.ts';
import { linkToParent } from '../processes/parent-link.ts';
import { readingProtocol, type Task } from './messages.ts';

/** Does what is asked. @throws FailureError what a file is refused for */
export async function answerTo(task: Task): Promise<unknown> {
  switch (task.ask) {
    case 'generated': {
      const interpret = await loadInterpreter(task.options);
      return interpret(task.text, { repair: task.repair });
    }
    case 'cell': {
      const read = await loadCellInterpreter();
      return read(task.text);
    }
    case 'file':
      return readNetworkFile(task.path, {
        ...task.options,
        ...(task.args === null ? {} : { args: parseArguments(task.args) }),
      });
  }
}

/** Answers all questions of the thread that started this one. */
export async function answerQuestions(answer: typeof answerTo): Promise<void> {
  await readerOfProcess();
  const parent = linkToParent({
    protocol: readingProtocol,
    async hear(task) {
      try {
        await parent.tell({ value: await answer(task) });
      } catch (error) {
        await parent.tell({ failure: failureOf(error) });
      }
    },
  });
  await parent.tell({ ready: true });
}
