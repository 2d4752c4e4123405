// The one door to tsyringe, which refuses to load before reflect-metadata has.
import 'reflect-metadata';

export { container, delay, inject, injectable } from 'tsyringe';
export type { DependencyContainer, InjectionToken } from 'tsyringe';
