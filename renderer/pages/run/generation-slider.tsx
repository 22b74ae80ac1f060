/** Which generation the archives are shown after; at its end it follows the run. */
import './generation-slider.css';
import { Button } from '../../controls/button.tsx';
import { show } from '../../state/address-bar.ts';
import { useOpenRun } from '../../state/open-run.ts';

export function GenerationSlider({ generation }: { readonly generation: number | null }) {
  const latest = useOpenRun((state) => state.latest?.latest ?? -1);
  const shown = Math.min(generation ?? latest, latest);
  const goTo = (next: number): void => show({ generation: next >= latest ? null : Math.max(-1, next) });
  const name = shown < 0 ? 'the initial network' : `generation ${shown + 1}`;
  return (
    <div className="panel generation-slider">
      <label htmlFor="generation">After {name}</label>
      <Button
        kind="quiet"
        icon="left"
        tip="The generation before"
        disabled={shown <= -1}
        onPress={() => goTo(shown - 1)}
      />
      <input
        id="generation"
        type="range"
        min={-1}
        max={latest}
        step={1}
        value={shown}
        disabled={latest < 0}
        aria-valuetext={name}
        onChange={({ target }) => goTo(Number(target.value))}
      />
      <Button
        kind="quiet"
        icon="right"
        tip="The generation after"
        disabled={shown >= latest}
        onPress={() => goTo(shown + 1)}
      />
      <span className="muted">{shown >= latest ? 'the latest' : `of ${latest + 1}`}</span>
    </div>
  );
}
