import torch
from torchvision.ops import box_iou
def ap(dets,s,thr,K=10):
    """COCO-ish AP: all-point 101 interpolation per class"""
    aps=[]
    for c in range(K):
        rec=[];n=0
        for i,(b,l,z) in enumerate(dets):
            g=s.boxes[i][s.labels[i]==c]; n+=len(g)
            k=l==c; b,z=b[k],z[k]; o=z.argsort(descending=True); b,z=b[o],z[o]
            used=set(); iou=box_iou(b,g) if len(b) and len(g) else None
            for j in range(len(b)):
                ok=False
                if iou is not None:
                    v=iou[j].clone()
                    for u in used: v[u]=-1
                    m=v.argmax().item()
                    if v[m]>=thr: ok=True; used.add(m)
                rec.append((z[j].item(),ok))
        if not n: continue
        rec.sort(key=lambda r:-r[0]); tp=torch.tensor([r[1] for r in rec]).float().cumsum(0)
        if not len(rec): aps.append(0.); continue
        pr=tp/torch.arange(1,len(rec)+1); rc=tp/n
        pr=pr.flip(0).cummax(0).values.flip(0)
        pts=torch.linspace(0,1,101); ix=torch.searchsorted(rc,pts)
        aps.append(torch.where(ix<len(pr),pr[ix.clamp_max(len(pr)-1)],torch.tensor(0.)).mean().item())
    return sum(aps)/len(aps)
def evaluate(net,s,stride,bs=50,K=10,ground=False,full=False):
    from loss import detect
    net.eval(); inter=torch.zeros(K);uni=torch.zeros(K);pix=0;seqb=seqn=0; dets=[]
    nums=s.numbers()
    with torch.no_grad(), torch.autocast('cpu',torch.bfloat16):
        for i in range(0,len(s),bs):
            im=s.images[i:i+bs]; m,b,n=net(im.float()/255); m=m.float(); b=b.float(); n=n.float()
            p=(m if ground else m[:,:K]).argmax(1); p=p.where((im>=64)&(p<K),-1); g=s.masks[i:i+bs]
            pix+=(p==g).float().mean().item()*len(im)
            for c in range(K): inter[c]+=((p==c)&(g==c)).sum(); uni[c]+=((p==c)|(g==c)).sum()
            d=detect(b,stride,K,score=.05); dets+=d
            for j,(x,y,z) in enumerate(d):
                k=z>.4; x,y=x[k],y[k]; o=(x[:,0]+x[:,2]).argsort(); seqb+=y[o].tolist()==nums[i+j]
            a=n.argmax(-1)
            for j in range(len(a)):
                q=torch.unique_consecutive(a[j]).tolist(); seqn+=[v for v in q if v<K]==nums[i+j]
    net.train()
    r=dict(miou=(inter/uni).mean().item(),pix=pix/len(s),seqb=seqb/len(s),seqn=seqn/len(s))
    if full: r.update(ap50=ap(dets,s,.5),ap75=ap(dets,s,.75))
    return r
