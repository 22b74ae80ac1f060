/** The devices by name: a new one is a file beside this and a row. Settings, usage texts, `doctor` and the page follow. */
import { cpu } from './cpu.ts';
import type { Device } from './device.ts';
import { webgpu } from './webgpu.ts';

const table = { cpu, webgpu } as const satisfies Readonly<Record<string, Device>>;

export type DeviceName = keyof typeof table;

export const devices: Readonly<Record<DeviceName, Device>> = table;

const [first, ...others] = Object.keys(table) as [DeviceName, ...DeviceName[]];

export const deviceNames: readonly [DeviceName, ...DeviceName[]] = [first, ...others];

/** What `auto` stands for. */
export const automaticDevice: DeviceName = 'cpu';

/** What may stand in a setting or an option. */
export const deviceChoices = ['auto', ...deviceNames] as const;

export type DeviceChoice = (typeof deviceChoices)[number];

/** The choices in a line, for usage texts: `auto (cpu), cpu, webgpu`. */
export const deviceChoicesText = [`auto (${automaticDevice})`, ...deviceNames].join(', ');

/** What each device is, in one sentence after the other. */
export const deviceSentences = deviceNames.map((name) => `${name}: ${devices[name].sentence}.`).join(' ');

/** Why a word is none of the choices: what there is, and which of them reaches what was probably meant. */
export function noSuchDevice(word: string): string {
  const reaching = deviceNames.find((name) => devices[name].reaches.includes(word.toLowerCase()));
  const hint = reaching === undefined ? '' : ` ${reaching} is ${devices[reaching].sentence}.`;
  return `there is none of this name.${hint} There is: ${deviceChoices.join(', ')}`;
}

/** The device of a choice. */
export function deviceOf(choice: DeviceChoice): DeviceName {
  return choice === 'auto' ? automaticDevice : choice;
}
