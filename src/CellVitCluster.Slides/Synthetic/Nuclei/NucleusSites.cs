using CellVitCluster.Domain.Geometry;
using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.Slides.Synthetic.Nuclei;

/// <summary>Rules about places that all layers share: where a nucleus may lie, what kind lives there, how fibers run. Thread-safe.</summary>
internal sealed class NucleusSites(TissueMap tissue)
{
    private const float MinTissue = 0.06f;

    /// <summary>Whether there is solid tissue outside all glands.</summary>
    public bool IsFree(double x, double y, IReadOnlyList<Gland> glands)
    {
        if (tissue.Tissue(x, y) < MinTissue)
        {
            return false;
        }

        foreach (Gland gland in glands)
        {
            float dx = (float)(x - gland.Outline.Center.X), dy = (float)(y - gland.Outline.Center.Y);
            float reach = gland.Outline.Reach + NucleusStyle.MaxReach;
            if ((dx * dx) + (dy * dy) < reach * reach && gland.Outline.Locate(dx, dy).Depth < NucleusStyle.MaxReach * 0.6f)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Kind that a nucleus outside glands has at a place.</summary>
    public NucleusKind KindAt(double x, double y) =>
        tissue.Tumor(x, y) > 0f ? NucleusKind.Neoplastic
        : tissue.Inflammation(x, y) > 0f ? NucleusKind.Inflammatory
        : NucleusKind.Connective;

    /// <summary>Direction of the long axis: along the fibers for connective tissue, any direction otherwise.</summary>
    public float AngleAt(NucleusKind kind, double x, double y, ref PlaceRandom random)
    {
        float free = random.Between(0f, MathF.PI), wobble = random.Between(-0.25f, 0.25f);
        return kind == NucleusKind.Connective ? FiberAngle(x, y) + wobble : free;
    }

    /// <summary>Creates a nucleus of the kind that lives at a place.</summary>
    public Nucleus Create(NucleusKind kind, double x, double y, int priority, ref PlaceRandom random)
    {
        float angle = AngleAt(kind, x, y, ref random);
        return Nucleus.Create(kind, new SlidePoint(x, y), angle, priority, ref random);
    }

    // Fibers are lines of constant y + shift(x, y); their slope follows from the gradient of the shift.
    private float FiberAngle(double x, double y)
    {
        const double Step = 12;
        float alongX = tissue.FiberShift(x + Step, y).Y - tissue.FiberShift(x - Step, y).Y;
        float alongY = tissue.FiberShift(x, y + Step).Y - tissue.FiberShift(x, y - Step).Y;
        return MathF.Atan2(-alongX, (float)(2 * Step) + alongY);
    }
}
