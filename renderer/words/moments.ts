/** Moments in the person's own time zone: `24 Nov 2026, 08:22`. */
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const exactClock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

export function moment(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? '–' : `${day.format(at)}, ${clock.format(at)}`;
}

export function timeOfDay(at: Date): string {
  return exactClock.format(at);
}
