import sys,time,math,argparse,torch,torch.nn as nn
sys.path.insert(0,'/work/wt/scenes'); sys.path.insert(0,'/tmp/exp')
torch.set_num_threads(1)
from rnndemo.data.scenes.compose import Composer
from rnndemo.data.scenes.kinds import SCENES
from rnndemo.data.sources.digits import load_digits
from net import Net; from loss import loss; from metrics import evaluate
a=argparse.ArgumentParser(); A=a.add_argument
A('--mode',default='serial');A('--h',type=int,default=48);A('--layers',type=int,default=2);A('--secs',type=float,default=60);A('--bs',type=int,default=32);A('--lr',type=float,default=6e-3);A('--kind',default='default');A('--w',default='1,1,.5');A('--seed',type=int,default=0);A('--win',type=int,default=8);A('--stride',type=int,default=4);A('--pre',type=int,default=0);A('--out',default='');A('--steps',type=int,default=0)
a=a.parse_args(); torch.manual_seed(a.seed)
d=load_digits(); kind=SCENES[a.kind]
tr=Composer(kind,d.train); te=Composer(kind,d.validation)
gv=torch.Generator().manual_seed(99); val=te.scenes(500,gv)
g=torch.Generator().manual_seed(a.seed)
net=Net(a.h,a.layers,a.win,a.stride,a.mode); print(vars(a),'params',sum(p.numel() for p in net.parameters()),flush=True)
opt=torch.optim.AdamW(net.parameters(),lr=a.lr,weight_decay=.01)
w=tuple(map(float,a.w.split(',')))
t0=time.time(); comp=0; step=0; last=0; ev=0; parts=[0]*5
def sched(p): return p/.15 if p<.15 else .5*(1+math.cos(math.pi*(p-.15)/.85))+1e-4
while True:
    el=time.time()-t0-ev
    p=el/a.secs
    if p>=1: break
    for q in opt.param_groups: q['lr']=a.lr*sched(p)
    c0=time.time(); s=tr.scenes(a.bs,g); comp+=time.time()-c0
    with torch.autocast('cpu',torch.bfloat16): out=net(s.images.float()/255)
    l,pp=loss(out,s,a.stride,w); opt.zero_grad(); l.backward(); nn.utils.clip_grad_norm_(net.parameters(),1.); opt.step(); step+=1
    if el-last>a.secs/8:
        last=el; e0=time.time(); r=evaluate(net,val,a.stride); ev+=time.time()-e0
        print('%.0fs %d steps %d scenes comp %.0f%% loss %s | '%(el,step,step*a.bs,100*comp/el,' '.join('%.2f'%v for v in pp)),{k:round(v,3) for k,v in r.items()},flush=True)
r=evaluate(net,val,a.stride,full=True); print('END',step*a.bs,{k:round(v,3) for k,v in r.items()},flush=True)
if a.out: torch.save(net.state_dict(),a.out)
