import torch, torch.nn.functional as F
from torchvision.ops import batched_nms, nms
def targets(boxes,labels,R,C,stride,radius=1.5):
    """per place: index of object or -1"""
    cy=(torch.arange(R)+.5)*stride; cx=(torch.arange(C)+.5)*stride
    bx=(boxes[...,0]+boxes[...,2])/2; by=(boxes[...,1]+boxes[...,3])/2  # B,M
    dx=(cx-bx[...,None]).abs(); dy=(cy-by[...,None]).abs()
    d=torch.maximum(dx[:,:,None,:],dy[:,:,:,None])/stride   # B,M,R,C
    inside=(d<=radius)&(labels>=0)[...,None,None]
    d2=(dx[:,:,None,:]**2+dy[:,:,:,None]**2).where(inside,torch.tensor(float('inf')))
    best,idx=d2.min(1)
    return idx.where(best<float('inf'),-1)
def loss(out,s,stride,w=(1,1,.5),ground=0.,masks=None):
    m,b,n=out; m=m.float(); b=b.float(); n=n.float()
    K=m.shape[1]-1
    M=masks if masks is not None else s.masks
    # ink pixels only -> class; the ground class only with weight
    wt=torch.ones(K+1); wt[K]=ground
    tgt=M.where(M>=0,K)
    lm=F.cross_entropy(m,tgt,weight=wt)
    B,R,C,_=b.shape
    t=targets(s.boxes,s.labels,R,C,stride)
    pos=t>=0
    lo=F.binary_cross_entropy_with_logits(b[...,0],pos.float(),reduction='sum')/pos.sum().clamp_min(1)
    bi=torch.arange(B)[:,None,None].expand_as(t)[pos]
    obj=t[pos]
    lc=F.cross_entropy(b[pos][:,1:1+K],s.labels[bi,obj])
    pb=decode(b,stride)[pos]; gb=s.boxes[bi,obj]
    lb=giou(pb,gb).mean()
    # number
    lens=(s.labels>=0).sum(1)
    logp=F.log_softmax(n,-1).transpose(0,1)
    flat=s.labels[s.labels>=0]
    ln=F.ctc_loss(logp,flat,torch.full((B,),n.shape[1]),lens,blank=K,zero_infinity=True)
    return w[0]*lm+w[1]*(lo*.5+lc+lb)+w[2]*ln,(lm.item(),lo.item(),lc.item(),lb.item(),ln.item())
def decode(b,stride):
    B,R,C,_=b.shape
    cy=((torch.arange(R)+.5)*stride)[:,None]; cx=((torch.arange(C)+.5)*stride)[None]
    d=b[...,-4:].clamp(-4,4).exp()*stride*2
    return torch.stack([cx-d[...,0],cy-d[...,1],cx+d[...,2],cy+d[...,3]],-1)
def giou(a,b):
    lo=torch.maximum(a[:,:2],b[:,:2]); hi=torch.minimum(a[:,2:],b[:,2:])
    i=(hi-lo).clamp_min(0).prod(-1); A=(a[:,2:]-a[:,:2]).prod(-1); Bq=(b[:,2:]-b[:,:2]).prod(-1); u=A+Bq-i
    c=(torch.maximum(a[:,2:],b[:,2:])-torch.minimum(a[:,:2],b[:,:2])).prod(-1)
    iou=i/u
    return 1-iou+(c-u)/c
def detect(b,stride,K,score=.3,iou=.5,agnostic=True):
    """list per scene of (boxes, labels, scores)"""
    B=len(b); bx=decode(b,stride).flatten(1,2); p=b[...,1:1+K].softmax(-1).flatten(1,2); o=b[...,0].sigmoid().flatten(1)
    s,l=(p.max(-1).values*o),p.argmax(-1)
    out=[]
    for i in range(B):
        k=s[i]>score
        x,y,z=bx[i][k],l[i][k],s[i][k]
        q=nms(x,z,iou) if agnostic else batched_nms(x,z,y,iou)
        out.append((x[q],y[q],z[q]))
    return out
