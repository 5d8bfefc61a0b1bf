import { ensureElectron } from '../../scripts/runtime/electron.ts';
import { openDisplay } from './display.ts';
import { openSceneWindow, type SceneWindow } from './fake-bridge.ts';

/** A window for scenes on a display of its own; closing it ends both. */
export async function openScenes(): Promise<SceneWindow> {
  const display = await openDisplay(true);
  const { executable } = await ensureElectron(() => undefined);
  const window = await openSceneWindow(executable, display.env);
  return {
    ...window,
    close: async () => {
      await window.close();
      await display.stop();
    },
  };
}
