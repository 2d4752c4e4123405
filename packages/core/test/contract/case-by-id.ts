import { contractCases } from '@anybucket/core/contract';
import type { ContractCase } from '@anybucket/core/contract';

/** Returns the case with this id. */
export function caseById(id: string): ContractCase {
  const found = contractCases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no contract case ${id}`);
  return found;
}
