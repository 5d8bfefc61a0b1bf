import { createContext, useCallback, useContext, useEffect, useState } from 'react';
import type { Role } from '../../src/contract/clearing/operator/common.ts';
import { type Api, type Query, Refusal } from './api.ts';

export interface Me {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

export interface Session {
  readonly api: Api;
  readonly me: Me;
  /** Names of operators by id. */
  readonly names: ReadonlyMap<string, string>;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('a page outside of a session');
  return session;
}

/** Whether the person has one of the roles. What a role may not do is not offered; the server refuses it anyway. */
export function useRoles(): (...roles: readonly Role[]) => boolean {
  const { me } = useSession();
  return (...roles) => roles.some((role) => me.roles.includes(role));
}

export interface Loading<T> {
  readonly data: T | null;
  readonly refusal: Refusal | null;
  readonly loading: boolean;
  readonly again: () => void;
}

/** What a path answers, or null while there is nothing to ask. What was there stays until the new answer comes. */
export function useLoad<T>(path: string | null, query: Query = {}): Loading<T> {
  const { api } = useSession();
  const [state, setState] = useState<{ readonly key: string; readonly data: T | null }>({
    key: '',
    data: null,
  });
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [loading, setLoading] = useState(path !== null);
  const [round, setRound] = useState(0);
  const key = path === null ? '' : `${path} ${JSON.stringify(query)}`;
  useEffect(() => {
    if (path === null) return undefined;
    let isWanted = true;
    setLoading(true);
    api
      .get<T>(path, JSON.parse(key.slice(path.length + 1)) as Query)
      .then(
        (data) => {
          if (!isWanted) return;
          setState({ key, data });
          setRefusal(null);
        },
        (error: unknown) => {
          if (isWanted) setRefusal(refusalOf(error));
        },
      )
      .finally(() => {
        if (isWanted) setLoading(false);
      });
    return () => {
      isWanted = false;
    };
  }, [api, path, key, round]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  return { data: state.key === key ? state.data : null, refusal, loading, again };
}

export interface Acting {
  readonly busy: boolean;
  readonly refusal: Refusal | null;
  /** Runs it and says whether it was done; a refusal is kept for showing. */
  readonly act: (what: () => Promise<unknown>) => Promise<boolean>;
}

/** One thing that a person does: once at a time. */
export function useAct(): Acting {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const act = useCallback(async (what: () => Promise<unknown>) => {
    setBusy(true);
    setRefusal(null);
    try {
      await what();
      return true;
    } catch (error) {
      setRefusal(refusalOf(error));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  return { busy, refusal, act };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  throw error;
}
