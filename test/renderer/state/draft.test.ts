import { describe, expect, it } from 'vitest';
import { presets } from '../../../core/search/presets.ts';
import { type SettingPath, valueOfSetting } from '../../../core/search/setting-path.ts';
import { changeSettings, settingFields, settingPaths } from '../../../core/search/setting-paths.ts';
import {
  changedPaths,
  changesUnder,
  draftValue,
  fieldOfProblem,
  forPeople,
  groupOf,
  inWords,
  readText,
  textOf,
  withChange,
  withoutChange,
} from '../../../renderer/state/draft.ts';

const fields = settingFields();
const field = (path: SettingPath) => fields.find((one) => one.path === path)!;

describe('a draft of a search', () => {
  it('finds the value of every setting of the schema', () => {
    const missing = fields.filter(({ path }) => valueOfSetting(presets.paper, path) === undefined);
    expect(missing).toEqual([]);
  });

  it('reads every value of a preset back from the text that it shows', () => {
    for (const one of fields) {
      const value = valueOfSetting(presets['reference-code'], one.path);
      expect(readText(one, textOf(value)), one.path).toEqual(value);
    }
  });

  it('keeps only what differs from the preset', () => {
    const once = withChange({}, presets.demo, 'recipe.epochs', 3);
    expect(once).toEqual({ 'recipe.epochs': 3 });
    expect(withChange(once, presets.demo, 'recipe.epochs', 2)).toEqual({});
    expect(withChange({}, presets.demo, 'crossover.networks', [2])).toEqual({});
    expect(changesUnder({ 'recipe.epochs': 50, seed: 9 }, presets.paper)).toEqual({ seed: 9 });
  });

  it('takes back what was allowed for an address when the model becomes another', () => {
    const taken = withChange({}, presets.demo, 'model', 'http://192.0.2.1:8080/v1#a');
    const allowed = withChange(taken, presets.demo, 'served.allowRemote', true);
    expect(allowed).toEqual({ model: 'http://192.0.2.1:8080/v1#a', 'served.allowRemote': true });
    const become = (model: string | null) => withChange(allowed, presets.demo, 'model', model);
    expect(become('http://192.0.2.1:8080/v1#b')).toEqual({ ...allowed, model: 'http://192.0.2.1:8080/v1#b' });
    for (const model of ['http://192.0.2.2:8080/v1#a', 'http://192.0.2.1:8081/v1#a', '/m.gguf']) {
      expect(become(model)).toEqual({ model });
    }
    expect(become(null)).toEqual({});
    expect(withoutChange(allowed, 'model')).toEqual({});
    expect(withoutChange({ ...allowed, seed: 9 }, 'seed')).toEqual(allowed);
  });

  it('makes the settings that the engine makes of the same changes', () => {
    const changes = {
      'networkArchive.axes': [
        { descriptor: 'flops', scale: 'log10', min: 4, max: 9 },
        { descriptor: 'depth', scale: 'linear', min: 0, max: 12 },
      ],
      'recipe.epochs': 3,
      model: '/m.gguf',
      'trainer.workers': 2,
    };
    const made = changeSettings(presets.demo, changes);
    expect(changedPaths(changes)).toEqual(Object.keys(changes));
    for (const path of settingPaths) {
      expect(draftValue({ preset: presets.demo, changes }, path), path).toEqual(valueOfSetting(made, path));
    }
  });

  it('reads what a person types by the kind of the field', () => {
    expect(readText(field('recipe.epochs'), ' 12 ')).toBe(12);
    expect(readText(field('budget.flops'), '5e9')).toBe(5e9);
    expect(readText(field('recipe.trainImages'), '10 000')).toBe(10000);
    expect(readText(field('recipe.trainImages'), '')).toBe(null);
    expect(readText(field('crossover.networks'), '2, 3')).toEqual([2, 3]);
    expect(readText(field('crossover.networks'), '[2]')).toEqual([2]);
    expect(readText(field('promptSet'), '12')).toBe('12');
  });

  it('leaves what does not fit as it was typed, for the engine to refuse', () => {
    expect(readText(field('recipe.epochs'), 'many')).toBe('many');
    expect(readText(field('recipe.epochs'), '')).toBe('');
    expect(readText(field('crossover.networks'), '[2')).toBe('[2');
    expect(() => changeSettings(presets.demo, { 'recipe.epochs': 'many' })).toThrow('recipe.epochs takes');
  });

  it("finds the field that the engine's sentence is about", () => {
    const about = (message: string) => fieldOfProblem({ code: 'usage', message, data: {} }, fields);
    expect(about('recipe.epochs takes a whole number, not "many".')).toBe('recipe.epochs');
    expect(about('These settings do not go together: networkArchive.axes.flops.max: max must exceed min.')).toBe(
      'networkArchive.axes',
    );
    expect(about('There is no dataset cifar10.')).toBe('dataset');
    expect(about('Nothing of this is a setting.')).toBe(null);
  });

  it('says names in words', () => {
    expect(['recipe.trainImages', 'seed', 'networkArchive.flops.scale'].map(groupOf)).toEqual([
      'Recipe',
      'Search',
      'Network archive',
    ]);
    expect(['trainImages', 'flops.scale', 'qdOffset'].map(inWords)).toEqual([
      'Train images',
      'FLOPs scale',
      'QD offset',
    ]);
  });
});

it('a sentence about a setting speaks of fields and switches', () => {
  expect(forPeople('Trainings at once; null lets the machine decide.')).toBe(
    'Trainings at once; empty lets the machine decide.',
  );
  expect(forPeople('Scale them; false compares raw values, nullable stays.')).toBe(
    'Scale them; off compares raw values, nullable stays.',
  );
});
