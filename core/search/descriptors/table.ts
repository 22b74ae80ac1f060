/** The descriptors by name: a new one is a file beside this and a row. Settings, command line and page follow. */
import { activationBytes } from './activation-bytes.ts';
import { depth } from './depth.ts';
import type { Descriptor } from './descriptor.ts';
import { flops } from './flops.ts';
import { params } from './params.ts';
import { width } from './width.ts';
import { widthToDepth } from './width-to-depth.ts';

export const descriptors = { widthToDepth, flops, params, activationBytes, depth, width } as const satisfies Readonly<
  Record<string, Descriptor>
>;

export type DescriptorName = keyof typeof descriptors;

const [first, ...others] = Object.keys(descriptors) as [DescriptorName, ...DescriptorName[]];

export const descriptorNames: readonly [DescriptorName, ...DescriptorName[]] = [first, ...others];

export function isDescriptorName(name: string): name is DescriptorName {
  return Object.hasOwn(descriptors, name);
}
