import { failureWords } from '../port.ts';
import type { HostPlan } from './plan.ts';

/** Why a host is not changed; follows "which": `cannot be reached`. */
export function stateOf(host: HostPlan): string {
  const { state } = host;
  if (state.is !== 'unreachable') return 'cannot be changed';
  return state.why === 'unreachable' ? 'cannot be reached' : failureWords[state.why];
}
