/** Devices as the trainers meet them: a word of a command line or a stored run as one of the table. */
import * as z from 'zod';
import { fail } from '../../core/failure.ts';
import {
  type DeviceChoice,
  type DeviceName,
  deviceChoices,
  deviceNames,
  deviceOf,
  noSuchDevice,
} from '../../core/training/devices/table.ts';

export const deviceNameSchema = z.enum(deviceNames);

/** The choice of a device that a command line names. @throws FailureError (`usage`) for none, with those that there are */
export function deviceChoice(word: string): DeviceChoice {
  const choice = deviceChoices.find((name) => name === word);
  return choice ?? fail('usage', `--device ${word}: ${noSuchDevice(word)}.`);
}

/** The device of an option or a stored run; `auto` stands for one of them. @throws FailureError as {@link deviceChoice} */
export function trainingDevice(word: string): DeviceName {
  return deviceOf(deviceChoice(word));
}
