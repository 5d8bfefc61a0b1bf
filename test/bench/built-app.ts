import { buildApp } from '../../scripts/build.ts';

let built: Promise<void> | null = null;

/** Builds the app for the first section that shows it, and not again in this run. */
export function builtApp(): Promise<void> {
  built ??= buildApp();
  return built;
}
