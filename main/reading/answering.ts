/** How the reading thread answers: each question in turn, whatever it asks for. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { failureOf } from '../../core/failure.ts';
import { loadCellInterpreter } from '../cell-interpreter.ts';
import { loadInterpreter, parseArguments, readerOfProcess, readNetworkFile } from '../interpreter.ts';
import { type Task, taskSchema } from './messages.ts';

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
export async function answerQuestions(answer: typeof answerTo, port: MessagePort | null = parentPort): Promise<void> {
  await readerOfProcess();
  port?.on('message', async (raw) => {
    try {
      port.postMessage({ value: await answer(taskSchema.parse(raw)) });
    } catch (error) {
      port.postMessage({ failure: failureOf(error) });
    }
  });
  port?.postMessage({ ready: true });
}
