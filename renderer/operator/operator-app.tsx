import { ConfigProvider } from 'antd';
import antdEn from 'antd/locale/en_US';
import antdZh from 'antd/locale/zh_CN';
import { useEffect, useState } from 'react';
import { antdTheme } from '../manager/antd-theme.ts';
import { createApi } from './api.ts';
import { type Me, type Session, SessionContext } from './session.ts';
import { Shell } from './shell.tsx';
import { SignIn } from './sign-in.tsx';
import { useLanguage } from './text.ts';

/** The token lives as long as the tab: never on the disk. */
const TOKEN_KEY = 'operator-token';

/** The operator's page keeps the browser's own size of text. */
const THEME = antdTheme(16);

export function OperatorApp() {
  const language = useLanguage();
  const [session, setSession] = useState<Session | null>(null);
  const [kept, setKept] = useState(() => sessionStorage.getItem(TOKEN_KEY));
  const signIn = async (token: string): Promise<void> => {
    const api = createApi(token);
    const me = await api.get<Me>('/v1/operator/me');
    const { names } = await api.get<{ names: readonly { id: string; name: string }[] }>('/v1/operator/names');
    sessionStorage.setItem(TOKEN_KEY, token);
    setSession({ api, me, names: new Map(names.map(({ id, name }) => [id, name])) });
  };
  const signOut = (): void => {
    sessionStorage.removeItem(TOKEN_KEY);
    setKept(null);
    setSession(null);
  };
  useEffect(() => {
    if (kept !== null) signIn(kept).catch(signOut);
  }, [kept]);
  return (
    <ConfigProvider
      theme={THEME}
      locale={language === 'zh' ? antdZh : antdEn}
      button={{ autoInsertSpace: false }}
    >
      {session !== null ? (
        <SessionContext value={session}>
          <Shell onSignOut={signOut} />
        </SessionContext>
      ) : (
        kept === null && <SignIn signIn={signIn} />
      )}
    </ConfigProvider>
  );
}
