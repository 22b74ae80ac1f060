/** Random-NN-Generation (section 4.2): networks without evolution, each from the initial network and one prompt. */
import { mutationPrompt } from '../prompt-text.ts';
import { noSettings, nothingTold, type Strategy } from '../strategy.ts';

export const randomNetworks: Strategy<null> = {
  sentence: 'No evolution: every network from the initial one and one prompt.',
  settings: noSettings,
  usesModel: true,
  begin: () => null,
  isInitialising: (_, { settings }, networks) => networks.elites.size < settings.initialisation.networks,
  ask(_, { settings, prompts }, { initial }) {
    const promptText = mutationPrompt(initial.source, prompts.randomNetwork);
    return Array.from({ length: settings.offspring }, () => ({
      kind: 'prompt',
      operator: 'random',
      parents: ['initial'],
      individual: { prompt: 'random-network', temperature: settings.temperature.initial },
      selection: 'none',
      selectedNiche: null,
      promptText,
    }));
  },
  tellInitial: () => null,
  tell: (_, __, ended) => ({ own: null, told: ended.map(() => nothingTold) }),
  promptArchive: () => null,
};
