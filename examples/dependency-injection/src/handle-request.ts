import type { DependencyContainer } from 'tsyringe';
import { CUSTOMER, CustomerAccount } from './customer-account.js';

/** Handles a request in a child container, which has the values of the request and shares the datastores of its parent. */
export async function handleRequest(container: DependencyContainer, request: Request): Promise<Response> {
  const customer = request.headers.get('X-Customer');
  if (customer === null) return new Response('missing X-Customer\n', { status: 400 });
  const scope = container.createChildContainer();
  scope.register(CUSTOMER, { useValue: customer });
  try {
    const account = scope.resolve(CustomerAccount);
    return Response.json({ totalCents: await account.totalCents() });
  } finally {
    // Disposes the services of the request. The datastores remain open.
    await scope.dispose();
  }
}
