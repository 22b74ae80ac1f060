/** The memory that a model takes here, and how it will be run so that it fits. */
import './memory-facts.css';
import type { ModelMemory } from '../../core/contract/models.ts';
import { memory as inBytes, whole } from '../words/numbers.ts';

/** `on the CPU` or `12 of 13 layers on the GPU`. */
function placeWords({ gpuLayers, layers, room }: ModelMemory): string {
  if (room.vram === 0 || gpuLayers === 0) return 'on the CPU';
  return `${gpuLayers} of ${layers} layers on the GPU`;
}

/** One line: need, room, and what was chosen. */
export function memoryWords(plan: ModelMemory): string {
  const { needs, room, contextLength, batch } = plan;
  return `${inBytes(needs.ram)} of ${inBytes(room.ram)} free · context of ${whole(contextLength)} tokens · batch ${whole(batch)} · ${placeWords(plan)}`;
}

interface Part {
  readonly name: string;
  readonly bytes: number;
}

/** The parts of a need as one bar over what is free, each with its figure. */
function MemoryBar({
  parts,
  room,
  label,
}: {
  readonly parts: readonly Part[];
  readonly room: number;
  readonly label: string;
}) {
  const whole = Math.max(
    room,
    parts.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  return (
    <>
      <div className="memory-bar" role="img" aria-label={label}>
        {parts.map(({ name, bytes }, index) => (
          <div
            key={name}
            className={`memory-part memory-part-${index}`}
            style={{ width: `${(100 * bytes) / whole}%` }}
          />
        ))}
      </div>
      <ul className="memory-legend">
        {parts.map(({ name, bytes }, index) => (
          <li key={name}>
            <span className={`memory-key memory-part-${index}`} />
            {name} <span className="memory-figure">{inBytes(bytes)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

export function MemoryFacts({ plan, heading }: { readonly plan: ModelMemory; readonly heading: string }) {
  const { needs, room, weights, context, contextLength, batch } = plan;
  const process = needs.ram - weights.ram - context.ram;
  return (
    <section className="memory-facts" aria-label={heading}>
      <h4>
        {heading}
        <span className="muted">
          {inBytes(needs.ram)} of {inBytes(room.ram)} free
        </span>
      </h4>
      <MemoryBar
        label={`${inBytes(needs.ram)} of ${inBytes(room.ram)} free`}
        room={room.ram}
        parts={[
          { name: 'weights', bytes: weights.ram },
          { name: 'context', bytes: context.ram },
          { name: 'process', bytes: process },
        ]}
      />
      {room.vram > 0 && (
        <p className="muted">
          GPU: {inBytes(needs.vram)} of {inBytes(room.vram)} free
        </p>
      )}
      <p className="muted">
        Context of {whole(contextLength)} tokens, {whole(batch)} evaluated at once, {placeWords(plan)}.
      </p>
    </section>
  );
}
