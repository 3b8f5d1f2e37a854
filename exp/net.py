import torch, torch.nn as nn, torch.nn.functional as F
class Dir(nn.Module):
    """LSTM one direction"""
    def __init__(s,i,h,flip,vert):
        super().__init__(); s.l=nn.LSTM(i,h,batch_first=True); s.flip=flip; s.vert=vert; s.n=nn.LayerNorm(h)
        nn.init.orthogonal_(s.l.weight_hh_l0)
        for w in (s.l.weight_hh_l0,):
            for b in w.data.split(h): nn.init.orthogonal_(b)
        for b in s.l.weight_ih_l0.data.split(h): nn.init.xavier_uniform_(b)
        nn.init.zeros_(s.l.bias_ih_l0); nn.init.zeros_(s.l.bias_hh_l0); s.l.bias_ih_l0.data[h:2*h].fill_(1.)
    def forward(s,x): # B,Y,X,C
        if s.vert: x=x.transpose(1,2)
        B,L,T,C=x.shape
        x=x.reshape(B*L,T,C)
        if s.flip: x=x.flip(1)
        y=s.l(x)[0]
        if s.flip: y=y.flip(1)
        y=s.n(y).view(B,L,T,-1)
        return y.transpose(1,2) if s.vert else y
class Bi(nn.Module):
    def __init__(s,i,h,vert):
        super().__init__(); s.l=nn.LSTM(i,h,batch_first=True,bidirectional=True); s.vert=vert; s.n=nn.LayerNorm(2*h)
        for k,w in s.l.named_parameters():
            if 'weight' in k:
                for b in w.data.split(h): (nn.init.orthogonal_ if 'hh' in k else nn.init.xavier_uniform_)(b)
            else:
                nn.init.zeros_(w)
                if 'ih' in k: w.data[h:2*h].fill_(1.)
    def forward(s,x):
        if s.vert: x=x.transpose(1,2)
        B,L,T,C=x.shape
        y=s.l(x.reshape(B*L,T,C))[0]
        y=s.n(y).view(B,L,T,-1)
        return y.transpose(1,2) if s.vert else y
class Bi4(nn.Module):
    """parallel: vertical bi and horizontal bi on the same input; LN per direction"""
    def __init__(s,i,h):
        super().__init__(); s.v=Bi(i,h,True); s.h=Bi(i,h,False)
        for m in (s.v,s.h): m.n=nn.Identity()
        s.n=nn.ModuleList(nn.LayerNorm(h) for _ in range(4)); s.hs=h
    def forward(s,x):
        y=torch.cat([s.v(x),s.h(x)],-1).split(s.hs,-1)
        return torch.cat([n(p) for n,p in zip(s.n,y)],-1)
class Net(nn.Module):
    def __init__(s,h=48,layers=2,win=8,stride=4,mode='serial',K=10):
        super().__init__(); s.win,s.stride,s.K=win,stride,K
        c=win*win; L=[]
        for _ in range(layers):
            if mode=='serial': L+=[Bi(c,h,True),Bi(2*h,h,False)]; c=2*h
            else: L+=[Bi4(c,h)]; c=4*h
        s.layers=nn.ModuleList(L)
        s.mask=nn.Linear(c,stride*stride*(K+1))
        s.box=nn.Linear(c,1+K+4)
        s.col=nn.Linear(c,96); s.read=nn.LSTM(96,64,batch_first=True,bidirectional=True); s.num=nn.Linear(128,K+1)
        nn.init.constant_(s.box.bias[0],-3.)
    def forward(s,x):
        B,H,W=x.shape; p=(s.win-s.stride)//2
        R,C=H//s.stride,W//s.stride
        x=F.unfold(x[:,None],s.win,padding=p,stride=s.stride).view(B,-1,R,C).permute(0,2,3,1)
        for l in s.layers: x=l(x)
        m=s.mask(x).view(B,R,C,s.K+1,s.stride,s.stride).permute(0,3,1,4,2,5).reshape(B,s.K+1,H,W)
        b=s.box(x) # B,R,C,15
        c=s.col(x).amax(1)  # B,C,96
        n=s.num(s.read(c)[0])
        return m,b,n
