// What customers are told of, wherever they are reached.
export const messages = [
  'cancellation-confirmed', 'subscription-resumed', 'plan-ended', 'loss-announced', 'numbers-released', 'ten-dlc-expired', 'data-purged', 'annual-reminder',
] as const;

export type Message = (typeof messages)[number];
