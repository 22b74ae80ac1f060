/** The steps of a candidate's life, in order. */
export const stepNames = ['proposed', 'generated', 'interpreted', 'trained', 'inserted'] as const;

export type StepName = (typeof stepNames)[number];
