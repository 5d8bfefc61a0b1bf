import { useState, type ReactNode } from 'react';
import type { CampaignView } from '../../src/contract/clearing/operator/campaigns.ts';
import { Choice, Loaded, Nothing } from './parts.tsx';
import { useLoad } from './session.ts';
import { useLanguage, useText } from './text.ts';

/** Shows what is of one campaign; a choice between them only where there are several. */
export function OfCampaign({ children }: { readonly children: (campaign: CampaignView) => ReactNode }) {
  const text = useText();
  const language = useLanguage();
  const campaigns = useLoad<{ readonly campaigns: readonly CampaignView[] }>('/v1/operator/campaigns');
  const [wanted, setWanted] = useState('');
  return (
    <Loaded of={campaigns}>
      {({ campaigns: all }) => {
        const chosen = all.find(({ number }) => String(number) === wanted) ?? all[0];
        if (chosen === undefined) return <Nothing>{text('noCampaign')}</Nothing>;
        const nameOf = (campaign: CampaignView) => (language === 'zh' ? campaign.nameZh : campaign.nameEn);
        return (
          <>
            {all.length === 1 ? (
              <p className="lead">{nameOf(chosen)}</p>
            ) : (
              <Choice
                label={text('campaign')}
                testId="campaign"
                value={String(chosen.number)}
                options={all.map((campaign) => [String(campaign.number), nameOf(campaign)] as const)}
                onChange={setWanted}
              />
            )}
            {children(chosen)}
          </>
        );
      }}
    </Loaded>
  );
}
