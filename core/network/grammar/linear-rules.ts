/** The rules behind the convolutions of a child: flattening, recurrent layers, linear layers, and how forward runs all. */
import type { GrammarBuilder, Piece } from './grammar.ts';
import type { LinearBlock, Outline } from './outline.ts';
import type { Edits, Plan } from './plan.ts';

const margin = ' '.repeat(12);

export interface LinearRules {
  /** What follows the last convolution, whose result has these channels and this side. */
  after(channels: number, side: number, edits: Edits): Piece | null;
  /** The method forward. */
  readonly forward: string;
}

function forwardText({ features, classifier }: Outline['names'], recurrent: number): string {
  const rows = Array.from({ length: recurrent }, (_, index) => `        x, _ = self.rnn${index + 1}(x)\n`).join('');
  // Rows of the image are the steps of a sequence: [N, C, H, W] becomes [N, H, C * W].
  const steps = recurrent === 0 ? '' : `        x = x.permute(0, 2, 1, 3).flatten(2)\n${rows}        x = x[:, -1]\n`;
  return `
    def forward(self, x):
        x = self.${features}(x)
${steps}        return self.${classifier}(x)
`;
}

export function linearRules(outline: Outline, plan: Plan, builder: GrammarBuilder): LinearRules {
  const open = `        self.${outline.names.classifier} = nn.Sequential(\n`;

  function dropoutRule(place: number, block: LinearBlock, width: number, edits: Edits): Piece | null {
    return builder.rule(`linear-drop-${place}-${width}-${edits.left}-${edits.need}`, () => {
      const withIt = block.dropout ? edits : plan.added(edits, 'dropout');
      const without = block.dropout ? plan.dropped(edits) : edits;
      return [
        ...plan.dropouts.map((text) => [text, withIt && section(place + 1, width, withIt)]),
        ['', without && section(place + 1, width, without)],
      ];
    });
  }

  function normRule(place: number, block: LinearBlock, width: number, edits: Edits): Piece | null {
    return builder.rule(`linear-norm-${place}-${width}-${edits.left}-${edits.need}`, () => {
      const after = (left: Edits | null): (Piece | null)[] => [
        `${margin}nn.`,
        plan.activation,
        '(),\n',
        left && dropoutRule(place, block, width, left),
      ];
      const withIt = block.norm ? edits : plan.added(edits, 'normalisation');
      const without = block.norm ? plan.dropped(edits) : edits;
      return [[`${margin}nn.BatchNorm1d(${width}),\n`, ...after(withIt)], after(without)];
    });
  }

  /** All that may stand from the hidden linear layer of this place on, for so many features. */
  function section(place: number, features: number, edits: Edits): Piece | null {
    return builder.rule(`linear-${place}-${features}-${edits.left}-${edits.need}`, () => {
      const block = outline.linears[place];
      const added = plan.added(edits, 'linear');
      const begin = `${margin}nn.Linear(${features}, `;
      const inserted = [32, 64, 128, 256].map((width) => [
        `${begin}${width}),\n${margin}nn.ReLU(),\n`,
        added && section(place, width, added),
      ]);
      const dropout = plan.added(edits, 'dropout');
      if (block === undefined) {
        const last = `${begin}${outline.classes}),\n        )\n`;
        return [
          [edits.need === 0 ? last : null],
          ...plan.dropouts.map((text) => [dropout?.need === 0 ? `${text}${last}` : null]),
          ...inserted,
        ];
      }
      const skip = plan.dropped(edits);
      const widths = plan.widths(block.width).map((width) => {
        const left = width === block.width ? edits : plan.altered(edits);
        return [`${width}),\n`, normRule(place, block, width, left)];
      });
      const name = `linear-width-${place}-${edits.left}-${edits.need}`;
      return [[begin, builder.rule(name, () => widths)], ...inserted, [skip && section(place + 1, features, skip)]];
    });
  }

  function classifier(features: number, edits: Edits): (Piece | null)[] {
    return [open, features > plan.mostFeatures ? null : section(0, features, edits)];
  }

  function recurrentLayers(channels: number, side: number, edits: Edits): (Piece | null)[][] {
    return [16, 32, 64, 128].flatMap((hidden) => {
      const lines = Array.from(
        { length: plan.recurrent },
        (_, index) => `${index === 0 ? channels * side : hidden}, ${hidden}, batch_first=True)\n`,
      );
      const kinds = builder.rule('recurrent', () => [['LSTM'], ['GRU'], ['RNN']]);
      const declared = lines.flatMap((line, index) => [`        self.rnn${index + 1} = nn.`, kinds, `(${line}`]);
      return [['        )\n', ...declared, ...classifier(hidden, edits)]];
    });
  }

  function after(channels: number, side: number, edits: Edits): Piece | null {
    return builder.rule(`flat-${channels}-${side}-${edits.left}-${edits.need}`, () => {
      if (plan.recurrent > 0) return recurrentLayers(channels, side, edits);
      const flat = `${margin}nn.Flatten(),\n        )\n`;
      const averaged = `${margin}nn.AdaptiveAvgPool2d(1),\n${flat}`;
      const pooled = outline.globalPool ? edits : plan.added(edits, 'pooling');
      const whole = outline.globalPool ? plan.dropped(edits) : edits;
      return [
        [averaged, ...(pooled === null ? [null] : classifier(channels, pooled))],
        [flat, ...(whole === null ? [null] : classifier(channels * side * side, whole))],
      ];
    });
  }

  return { after, forward: forwardText(outline.names, plan.recurrent) };
}
