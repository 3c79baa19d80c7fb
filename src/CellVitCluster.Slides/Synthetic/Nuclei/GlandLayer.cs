using CellVitCluster.Domain.Geometry;
using CellVitCluster.Slides.Synthetic.Tissue;

namespace CellVitCluster.Slides.Synthetic.Nuclei;

/// <summary>The ring of epithelial nuclei in the wall of every gland, their long axes towards the lumen.</summary>
/// <param name="density">How many places are taken.</param>
internal sealed class GlandLayer(NucleusDensity density) : INucleusLayer
{
    private const int Priority = 0;
    private const float ArcPixels = 24f;

    /// <inheritdoc/>
    public void Collect(PixelArea area, IReadOnlyList<Gland> glands, List<Nucleus> candidates)
    {
        foreach (Gland gland in glands)
        {
            AddRing(gland, candidates);
        }
    }

    private void AddRing(Gland gland, List<Nucleus> candidates)
    {
        var random = new PlaceRandom((long)gland.Key, Priority, 0, 0);
        float angle = random.Between(0f, MathF.Tau), end = angle + MathF.Tau;
        while (true)
        {
            // Nuclei sit at the foot of their cells, a little uneven, as in a pseudostratified epithelium.
            float radius = gland.Outline.RadiusAt(angle) - random.Between(18f, 24f);
            float step = ArcPixels * random.Between(0.9f, 1.15f) / radius;
            if (angle + (step / 2f) > end)
            {
                return;
            }

            var center = new SlidePoint(
                gland.Outline.Center.X + (radius * MathF.Cos(angle)),
                gland.Outline.Center.Y + (radius * MathF.Sin(angle)));
            float tilt = random.Between(-0.3f, 0.3f);
            bool present = random.NextFloat() < density.Structures * 0.93f;
            var nucleus = Nucleus.Create(NucleusKind.Epithelial, center, angle + tilt, Priority, ref random);
            if (present)
            {
                candidates.Add(nucleus);
            }

            angle += step;
        }
    }
}
