// The policy in force, as whoever needs it is handed it.

/** Injection token of the `PolicyInForce`. */
export const POLICY = Symbol('PolicyInForce');
