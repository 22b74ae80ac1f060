import { describe, expect, it } from 'vitest';
import { readCodegenTokenizer, type TokenizerFiles, tokenKind } from '../../../core/codegen/tokenizer.ts';
import { FailureError } from '../../../core/failure.ts';

const vocabulary = { a: 0, b: 1, Ġ: 2, ab: 3, '<|endoftext|>': 4 };
const none: TokenizerFiles = {
  tokenizer: null,
  vocabulary: null,
  merges: null,
  added: null,
  config: null,
  specials: null,
};
const older: TokenizerFiles = {
  ...none,
  vocabulary: JSON.stringify(vocabulary),
  merges: '#version: 0.2\na b\n# #\r\n\n',
  added: '{"  ": 5}',
};
const tokenizerJson = (change: object = {}, model: object = {}): TokenizerFiles => ({
  ...none,
  tokenizer: JSON.stringify({
    model: { type: 'BPE', vocab: vocabulary, merges: [['a', 'b'], '# #'], ...model },
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: true, trim_offsets: true },
    added_tokens: [
      { id: 4, content: '<|endoftext|>', special: true },
      { id: 5, content: '  ', special: false, normalized: true },
    ],
    ...change,
  }),
});

function refusal(files: TokenizerFiles, rows = 8, end: number | null = 4): string {
  try {
    readCodegenTokenizer(files, rows, end);
  } catch (error) {
    if (error instanceof FailureError) return error.failure.message;
    throw error;
  }
  return expect.fail('It was not refused.');
}

describe('a tokenizer', () => {
  const { normal, special, added, unused } = tokenKind;

  it.each([
    ['the older files', older],
    ['tokenizer.json', tokenizerJson()],
  ])('is read from %s: tokens by id, kinds, merges, padding', (_, files) => {
    expect(readCodegenTokenizer(files, 8, 4)).toEqual({
      tokens: ['a', 'b', 'Ġ', 'ab', '<|endoftext|>', '  ', '[PAD6]', '[PAD7]'],
      kinds: [normal, normal, normal, normal, special, added, unused, unused],
      merges: ['a b', '# #'],
      begin: 4,
      end: 4,
      used: 6,
    });
  });

  it('drops only the version line of merges.txt, not merges that begin with #', () => {
    const files = { ...older, merges: '# #\n#version b\n' };
    expect(readCodegenTokenizer(files, 8, 4).merges).toEqual(['# #', '#version b']);
  });

  it('takes beginning and end of a text by their names where config.json has no id', () => {
    const config = JSON.stringify({ bos_token: { content: 'b' }, eos_token: '<|endoftext|>' });
    expect(readCodegenTokenizer({ ...older, config }, 8, null)).toMatchObject({ begin: 1, end: 4 });
  });

  it('names padding so that it is no token of the tokenizer', () => {
    const files = { ...older, added: '{"[PAD6]": 5}' };
    expect(readCodegenTokenizer(files, 7, 4).tokens[6]).toBe('[[PAD6]]');
  });

  it('takes added tokens that only tokenizer_config.json has', () => {
    const config = JSON.stringify({ added_tokens_decoder: { 6: { content: '<mask_1>' } } });
    expect(readCodegenTokenizer({ ...older, config }, 8, 4).tokens[6]).toBe('<mask_1>');
  });

  it.each([
    ['no files', none, 'neither tokenizer.json nor vocab.json'],
    ['no merges', { ...older, merges: null }, 'nor merges.txt'],
    ['more tokens than the model', { ...older, added: '{"  ": 9}' }, 'token 9, but the model has only 8'],
    ['two tokens of one id', { ...older, added: '{"  ": 3}' }, 'disagree: token 3'],
    ['two ids of one token', { ...older, added: '{"ab": 6}' }, 'disagree: token 6'],
    ['a damaged vocabulary', { ...older, vocabulary: '{"a": -1}' }, 'vocab.json: a'],
    ['another kind of model', tokenizerJson({}, { type: 'Unigram' }), 'tokenizer.json: model.type'],
    ['another pre-tokenizer', tokenizerJson({ pre_tokenizer: { type: 'Metaspace' } }), 'pre_tokenizer.type'],
    ['a normalizer', tokenizerJson({ normalizer: { type: 'NFC' } }), 'a normalizer'],
    ['a prefix space', tokenizerJson({ pre_tokenizer: { type: 'ByteLevel' } }), 'add_prefix_space'],
    ['a subword prefix', tokenizerJson({}, { continuing_subword_prefix: '##' }), 'subword'],
    ['an added token that strips', tokenizerJson({ added_tokens: [{ id: 5, content: 'x', lstrip: true }] }), 'lstrip'],
  ])('is refused with %s', (_, files, message) => {
    expect(refusal(files)).toContain(message);
  });

  it('is refused where no token ends a text', () => {
    expect(refusal(older, 8, null)).toContain('no eos_token_id');
    expect(refusal(older, 8, 7)).toContain('eos_token_id 7');
  });
});
