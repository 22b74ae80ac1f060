/** Where a prompt individual lies in the prompt archive: number of the prompt, and temperature (section 3.2). */
import { type DescriptorAxis, placeOnAxis } from '../../archive/axis.ts';
import type { CommonSettings } from '../common-settings.ts';

/** The axes of the prompt archive: number of the prompt from 0, and temperature. */
export function promptAxes(settings: CommonSettings): {
  readonly prompt: DescriptorAxis;
  readonly temperature: DescriptorAxis;
} {
  return {
    prompt: { scale: 'linear', min: 0, max: settings.promptArchive.axis },
    temperature: { scale: 'linear', min: 0, max: settings.temperature.maximum },
  };
}

/** [number of the prompt, temperature], scaled to the axes, or raw where the settings do not normalise. */
export function promptDescriptors(settings: CommonSettings, promptNumber: number, temperature: number): number[] {
  if (!settings.promptArchive.normalise) return [promptNumber, temperature];
  const axes = promptAxes(settings);
  return [placeOnAxis(axes.prompt, promptNumber), placeOnAxis(axes.temperature, temperature)];
}
