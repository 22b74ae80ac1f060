import { describe, expect, test } from 'vitest';
import { presets } from '../../../core/search/presets.ts';
import { applySetting, applySettings, parseSettings, settingDescriptions } from '../../../core/search/setting-paths.ts';
import { settingsSchema } from '../../../core/search/settings.ts';

describe('settings', () => {
  test('every setting has a default and a sentence that explains it', () => {
    expect(settingsSchema.safeParse({}).success).toBe(true);
    expect(settingDescriptions.length).toBeGreaterThan(70);
    for (const { path, sentence } of settingDescriptions) {
      expect(sentence.length, path).toBeGreaterThan(10);
      expect(sentence, path).toMatch(/\.$/);
    }
  });

  test('the paper is the default, with the numbers of its section 4.1', () => {
    const { paper } = presets;
    expect(paper).toEqual(settingsSchema.parse({}));
    expect(paper).toMatchObject({
      generations: 20,
      offspring: 100,
      operators: { mutation: 0.7, crossover: 0.3, drawnPer: 'generation' },
      temperature: { initial: 0.6, mutationRange: 0.1, mutatedShare: 0.5, step: 0.05, crossover: 0.7, maximum: 1 },
      curiosity: { added: 1, notAdded: -0.5, untrainable: -1, creditTo: 'selected' },
      initialisation: { networks: 10 },
      crossover: { parents: 10, networks: [2, 3] },
      fitness: { measure: 'accuracy', split: 'test' },
      networkArchive: {
        niches: 100,
        kind: 'cvt',
        axes: [
          { descriptor: 'widthToDepth', scale: 'linear', min: 0, max: 200 },
          { descriptor: 'flops', scale: 'linear', min: 200e6, max: 5e9 },
        ],
      },
      promptArchive: { niches: 100, axis: 16 },
      recipe: { epochs: 50, learningRate: 0.001, momentum: 0.9, batch: 4, schedule: 'constant', normalisation: 'half' },
    });
  });

  // The list of the reading notes on the authors' published code, one setting each.
  test.each([
    ['mutation 0.85', 'operators.mutation', 0.85, 0.7],
    ['crossover 0.15', 'operators.crossover', 0.15, 0.3],
    ['40 offspring', 'offspring', 40, 100],
    ['200 generations', 'generations', 200, 20],
    ['network descriptors not normalised', 'networkArchive.normalise', false, true],
    ['prompt descriptors not normalised', 'promptArchive.normalise', false, true],
    ['fitness is the loss', 'fitness.measure', 'loss', 'accuracy'],
    ['batch size 1', 'recipe.batch', 1, 4],
    ['parents among the 3 best by loss', 'selection.parents', 'best3-by-loss', 'random'],
    ['a child that fails is replaced by its parent', 'failedChild', 'parent', 'refuse'],
    ['prompt fitness 1 if added', 'promptArchive.fitness', 'added', 'collective'],
    ['curiosity never accumulates', 'curiosity.creditTo', 'newcomer', 'selected'],
    ['350 new tokens', 'sampling.maxTokens', 350, 512],
    ['weights are copied into a child', 'inheritWeights', true, false],
    ['25,000 samples', 'networkArchive.samples', 25_000, 25_000],
  ])('reference-code: %s', (_, path, theirs, paper) => {
    const at = (value: unknown): unknown =>
      path.split('.').reduce<unknown>((tree, name) => (tree as Record<string, unknown>)[name], value);
    expect(at(presets['reference-code'])).toBe(theirs);
    expect(at(presets.paper)).toBe(paper);
  });

  test('laptop and demo follow the notes: log axes, 13 prompts, a validation split, the modern recipe', () => {
    for (const preset of [presets.laptop, presets.demo]) {
      expect(preset).toMatchObject({
        networkArchive: {
          axes: [
            { descriptor: 'widthToDepth', scale: 'log10', min: -0.5, max: 2.5 },
            { descriptor: 'flops', scale: 'log10', min: 4, max: 9 },
          ],
        },
        promptArchive: { axis: 13 },
        fitness: { measure: 'accuracy', split: 'validation' },
        recipe: { schedule: 'one-cycle', normalisation: 'per-channel', flip: true, crop: 4 },
      });
      expect(preset.validationImages).toBeGreaterThan(0);
    }
    expect(presets.laptop.recipe.batch).toBe(128);
  });
});

describe('--set path=value', () => {
  test.each([
    ['recipe.epochs=3', { recipe: { epochs: 3 } }],
    ['budget.trainingFlops=1e12', { budget: { trainingFlops: 1e12 } }],
    ['budget.trainingFlops=null', { budget: { trainingFlops: null } }],
    ['recipe.flip=false', { recipe: { flip: false } }],
    ['recipe.optimizer=adamw', { recipe: { optimizer: 'adamw' } }],
    ['recipe.averaging=0.99', { recipe: { averaging: 0.99 } }],
    ['insert=best-of-generation', { insert: 'best-of-generation' }],
    ['crossover.networks=[3]', { crossover: { networks: [3] } }],
    ['model=/models/7.gguf', { model: '/models/7.gguf' }],
    ['dataset=1', { dataset: '1' }],
  ])('reads %s and changes nothing else', (assignment, expected) => {
    const changed = applySetting(presets.demo, assignment);
    expect(changed).toMatchObject(expected);
    const path = assignment.slice(0, assignment.indexOf('='));
    const back = path.split('.').reduce<unknown>((tree, name) => (tree as Record<string, unknown>)[name], presets.demo);
    const text = typeof back === 'string' ? back : JSON.stringify(back);
    expect(applySetting(changed, `${path}=${text}`)).toEqual(presets.demo);
  });

  test('several are valid together, in any order', () => {
    const assignments = [
      'networkArchive.flops.scale=log10',
      'networkArchive.flops.max=9',
      'networkArchive.flops.min=4',
    ];
    const forward = applySettings(presets.paper, assignments);
    expect(forward.networkArchive.axes[1]).toEqual({ descriptor: 'flops', scale: 'log10', min: 4, max: 9 });
    expect(applySettings(presets.paper, [...assignments].reverse())).toEqual(forward);
  });

  test.each([
    ['recipe.epoch=3', /There is no setting recipe\.epoch\. Did you mean recipe\.epochs/],
    ['epochs=3', /Did you mean recipe\.epochs/],
    ['offsprings=3', /Did you mean offspring/],
    ['recipe=3', /There is no setting recipe\. Did you mean recipe\.\w+/],
    ['recipe.epochs=three', /recipe\.epochs takes a whole number, not "three"/],
    ['recipe.epochs=1.5', /recipe\.epochs takes a whole number, not "1\.5"/],
    ['recipe.epochs=null', /recipe\.epochs takes a whole number, not "null"/],
    ['trainer.workers=many', /trainer\.workers takes a whole number or null/],
    ['insert=best', /insert takes one of all, best-of-generation, not "best"/],
    ['recipe.flip=1', /recipe\.flip takes true or false/],
    ['recipe.optimizer=lion', /recipe\.optimizer takes one of sgd, adam, adamw, muon, not "lion"/],
    ['recipe.muonSteps=3', /recipe\.muonSteps: has no effect with optimizer sgd/],
    ['recipe.warmup=0.1', /recipe\.warmup: has no effect with schedule one-cycle/],
    ['networkArchive.flops.max=1', /flops\.max: max must exceed min/],
    ['recipe.epochs', /path=value/],
    [
      `${'epoch'.repeat(50)}=3`,
      /^There is no setting (epoch)+\.\.\. \(250 characters\)\. `llmatic search --settings` lists all\.$/,
    ],
    [
      `dataset=${'a'.repeat(5000)}`,
      /^dataset takes text, not "a+\.\.\. \(5000 characters\)" \(dataset: this is too long/,
    ],
    ['promptSet=pa\0per', /promptSet: no name or path holds a NUL character/],
    ['model=/models/a\0.gguf', /model: no name or path holds a NUL character/],
  ])('explains what is wrong with %s', (assignment, message) => {
    expect(() => applySetting(presets.demo, assignment)).toThrow(message);
  });

  test('a settings file with unknown or wrong fields is refused with the path of each', () => {
    expect(() => parseSettings({ recipe: { epoch: 3 }, seed: 'x', speed: 1 })).toThrow(
      /seed: .*there is no setting recipe\.epoch; did you mean recipe\.epochs.*there is no setting speed/,
    );
    expect(() => parseSettings({ operators: { mutation: 0, crossover: 0 } })).toThrow(
      /operators\.mutation: .*both be 0/,
    );
    expect(parseSettings({ seed: 4 }).seed).toBe(4);
  });
});
