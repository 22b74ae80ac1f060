/**
 * TrainingCurve: loss by epoch of one candidate, its losses and accuracies on each split.
 * Props: `detail` of the candidate.
 */
import type { CandidateDetail } from '../../core/contract/candidates.ts';
import { duration, percent } from '../words/numbers.ts';
import { ChartFrame } from './chart-frame.tsx';
import { plainFigure, shortFigure } from './figures.ts';
import { LineChart } from './line-chart.tsx';

export interface TrainingCurveProps {
  readonly detail: CandidateDetail;
}

const splits = ['train', 'validation', 'test'] as const;

function Scores({ detail }: TrainingCurveProps) {
  const { loss, row } = detail;
  if (loss === null && row.accuracy === null) return null;
  return (
    <table className="scores">
      <caption className="visually-hidden">Scores after training</caption>
      <thead>
        <tr>
          <th scope="col" className="score-label">
            images
          </th>
          <th scope="col" className="score-value">
            accuracy
          </th>
          <th scope="col" className="score-value">
            loss
          </th>
        </tr>
      </thead>
      <tbody>
        {splits.map((split) => {
          const accuracy = row.accuracy?.[split] ?? null;
          const mean = loss?.[split] ?? null;
          if (accuracy === null && mean === null) return null;
          return (
            <tr key={split}>
              <th scope="row" className="score-label">
                {split}
              </th>
              <td className="score-value">{accuracy === null ? '–' : percent(accuracy)}</td>
              <td className="score-value">{mean === null ? '–' : plainFigure(mean)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function emptyText({ row }: CandidateDetail): string {
  if (row.outcome === 'working') return 'It has not been trained yet.';
  return row.outcome === 'refused' ? 'It was refused and never trained.' : 'No epoch of its training is recorded.';
}

export function TrainingCurve({ detail }: TrainingCurveProps) {
  const { curve, row, trainSeconds, device } = detail;
  const reused = row.sameAs === null ? '' : `Result of ${row.sameAs}, the same network`;
  const trained = [trainSeconds === null ? '' : duration(trainSeconds), device ?? ''].filter((part) => part !== '');
  return (
    <div className="training-curve">
      <ChartFrame
        title="Training"
        note={reused === '' ? trained.join(', ') : reused}
        fileName={`${row.id}-training`}
        table={{
          columns: [
            { key: 'epoch', label: 'epoch', value: (epoch) => epoch.epoch + 1 },
            { key: 'loss', label: 'mean loss', value: (epoch) => epoch.loss, show: (epoch) => plainFigure(epoch.loss) },
            {
              key: 'rate',
              label: 'learning rate at its end',
              value: (epoch) => epoch.learningRate,
              show: (epoch) => plainFigure(epoch.learningRate),
            },
          ],
          rows: curve,
          rowKey: (epoch) => String(epoch.epoch),
          emptyText: emptyText(detail),
        }}
      >
        {curve.length === 0 ? (
          <p className="table-empty">{emptyText(detail)}</p>
        ) : (
          <LineChart
            label={`Training of ${row.id}`}
            panelHeight={180}
            panels={[
              {
                key: 'loss',
                title: 'Mean training loss',
                line: curve.map(({ epoch, loss }) => [epoch + 1, loss]),
                dots: curve.map(({ epoch, loss }) => [epoch + 1, loss]),
                tick: shortFigure,
                show: plainFigure,
              },
            ]}
            xs={curve.map(({ epoch }) => epoch + 1)}
            xDomain={{ low: 1, high: Math.max(2, (curve.at(-1)?.epoch ?? 1) + 1) }}
            xLabel="epoch"
            titleOf={(x) => `Epoch ${x}`}
            rowsOf={(x) => {
              const epoch = curve.find((each) => each.epoch + 1 === x);
              if (epoch === undefined) return [];
              return [
                ['mean loss', plainFigure(epoch.loss)],
                ['learning rate', plainFigure(epoch.learningRate)],
              ];
            }}
          />
        )}
      </ChartFrame>
      <Scores detail={detail} />
    </div>
  );
}
