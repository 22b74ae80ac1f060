/** `--device` of the commands that train or run a network, and what there is to choose. */
import { type DeviceName, deviceChoicesText, deviceNames, devices } from '../../../core/training/devices/table.ts';
import { trainingDevice } from '../../training/devices.ts';
import { type Options, textOption } from './options.ts';

/** The option's line in a usage text, its sentence beginning in `column`. */
export function deviceUsage(column: number): string {
  return `${'  --device NAME'.padEnd(column)}${deviceChoicesText}`;
}

/** A line for each device: its name and what it is. */
export const deviceLines = deviceNames.map((name) => `  ${name.padEnd(8)}  ${devices[name].sentence}`);

/** @throws FailureError (`usage`) for a name that is none */
export function deviceOption(options: Options): DeviceName {
  return trainingDevice(textOption(options, 'device') ?? 'auto');
}
